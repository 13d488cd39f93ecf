import { signal } from "@preact/signals";
import type { CameraChoice } from "./generated/records";
import { give } from "./link/commands";
import { shelves } from "./link/state";

/** A camera as it stands among the others. `place`: 1 = it comes first where inner views overlap; 0 = it is off. */
export interface CameraPlace {
  name: string;
  /** Its number in the stage file: 1 = the first. */
  number: number;
  place: number;
  onAir: boolean;
}

export const camerasOpen = signal(false);

export function toggleCameras(): void {
  camerasOpen.value = !camerasOpen.value;
}

/** Every camera, by priority: those on air first, those that are off last. */
export function cameraPlaces(choice: CameraChoice | undefined): CameraPlace[] {
  const names = (shelves.stage.value[""]?.cameras ?? []).map(({ name }) => name);
  const inTheFilesOrder: CameraChoice = { order: names, off: [], on_air: [], snaps: 0 };
  const { order, off, on_air } = choice ?? inTheFilesOrder;
  const ranked = [...new Set([...on_air, ...order])];
  const shown = ranked.filter((name) => !off.includes(name));
  return [...shown, ...ranked.filter((name) => off.includes(name))].map((name) => ({
    name,
    number: names.indexOf(name) + 1,
    place: shown.indexOf(name) + 1,
    onAir: on_air.includes(name),
  }));
}

/** The next of the cameras that are on comes first; the one that was first goes behind the others. */
export function nextCameraFirst(): void {
  const choice = shelves.air.peek()[""]?.choice;
  const shown = (choice?.order ?? []).filter((name) => !choice?.off.includes(name));
  if (shown.length > 1) void give("camera.order", { cameras: [...shown.slice(1), ...shown.slice(0, 1)] });
}
