import { ORDERS } from "./generated/orders";

/** The word for an order. What is none of the table is shown as it came. */
export function wordFor(name: string): string {
  return (ORDERS as Record<string, string>)[name] ?? name;
}

/** What came of an order, without the word that stands before it. */
export function saidOf(name: string, text: string): string {
  const word = `${wordFor(name)}: `;
  return text.startsWith(word) ? text.slice(word.length) : text;
}
