import { ORDERS } from "./generated/orders";

/** The label of an order. One that is not in the table is shown unchanged. */
export function wordFor(name: string): string {
  return (ORDERS as Record<string, string>)[name] ?? name;
}

/** The result of an order, without its label in front. */
export function saidOf(name: string, text: string): string {
  const word = `${wordFor(name)}: `;
  return text.startsWith(word) ? text.slice(word.length) : text;
}
