import { signal } from "@preact/signals";
import { Link } from "./socket";

/** Facts about the newest picture of an output. */
export interface PictureInfo {
  output: string;
  node: string;
  frameNumber: number;
  widthPx: number;
  heightPx: number;
  atMs: number;
}

type PictureMessage = [
  number: number,
  first: boolean,
  picture: [string, string, number, number, number, Uint8Array<ArrayBuffer>] | null,
];
type Listener = (picture: ImageBitmap, info: PictureInfo) => void;

export const pictureInfos = signal<Readonly<Record<string, PictureInfo>>>({});

const listeners = new Set<Listener>();
const newest = new Map<string, { picture: ImageBitmap; info: PictureInfo }>();

/** Call the listener with every picture, starting with the present ones. Returns a function that stops it. */
export function onPicture(listener: Listener): () => void {
  listeners.add(listener);
  for (const { picture, info } of newest.values()) listener(picture, info);
  return () => listeners.delete(listener);
}

async function take([, , sent]: PictureMessage): Promise<void> {
  if (!sent) return;
  const [output, node, frameNumber, widthPx, heightPx, jpeg] = sent;
  const picture = await createImageBitmap(new Blob([jpeg], { type: "image/jpeg" }));
  const info = { output, node, frameNumber, widthPx, heightPx, atMs: performance.now() };
  newest.get(output)?.picture.close();
  newest.set(output, { picture, info });
  pictureInfos.value = { ...pictureInfos.value, [output]: info };
  for (const listener of listeners) listener(picture, info);
}

/** Connect, for as long as the page lives. */
export function followPictures(): void {
  new Link({ path: "/ws/pictures", silenceMs: 0, onMessage: (message) => take(message as PictureMessage) });
}
