/** Numbers as an operator reads them. What is not known is a dash. */

export const NS_PER_MS = 1e6;
export const NS_PER_S = 1e9;
const UNKNOWN = "–";

export function fixed(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined || !Number.isFinite(value) ? UNKNOWN : value.toFixed(digits);
}

/** Milliseconds: a digit after the point only below 10. */
export function milliseconds(value: number | null | undefined): string {
  return fixed(value, value !== null && value !== undefined && Math.abs(value) < 10 ? 1 : 0);
}

/** A length of time in the largest fitting unit. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** With its sign always there, so that digits do not jump; minus as wide as plus. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) !== 0 ? "−" : "+"}${text}`;
}
