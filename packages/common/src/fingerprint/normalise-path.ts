/** A field path in any usual notation (`/items/3/price`, `items[3].price`, `$.items.3.price`) → `items.*.price`. */
export const normalisePath = (path: string): string =>
  path
    .replace(/^\$\.?|^\//, '')
    .replace(
      /\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g,
      (_, single, double, index) => `.${index === undefined ? (single ?? double) : '*'}`,
    )
    .replaceAll('/', '.')
    .split('.')
    .filter((segment) => segment !== '')
    .map((segment) => (/^\d+$/.test(segment) ? '*' : segment))
    .join('.')
