/** The button of a row's menu: seen on cards, and in the table where the row is pointed at or has the focus. */
export const rowMenuLook =
  'relative z-10 ml-auto grid size-7 shrink-0 place-items-center rounded text-soft hover:bg-line xl:size-6 xl:opacity-0 xl:group-focus-within:opacity-100 xl:group-hover:opacity-100 xl:data-[state=open]:opacity-100'
