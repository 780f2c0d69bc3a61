/**
 * The button of a row's menu: seen on cards, and in the table where the row is pointed at or has the focus. There it lies
 * over the end of the name and takes no width of its own.
 */
export const rowMenuLook =
  'relative z-10 ml-auto grid size-7 shrink-0 place-items-center rounded text-soft hover:bg-line xl:-ml-6 xl:size-6 xl:bg-raised xl:opacity-0 xl:group-focus-within:opacity-100 xl:group-hover:opacity-100 xl:data-[state=open]:opacity-100'
