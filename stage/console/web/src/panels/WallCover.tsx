import { shelves } from "../link/state";
import { coverNow } from "../show";

/** A frame round the whole page, visible across the room, while the walls do not show the picture. */
export function WallCover() {
  const cover = coverNow();
  if (cover === "") return null;
  const words = { black: "BLACK", held: "HELD", pattern: `PATTERN ${shelves.air.value[""]?.show.pattern ?? ""}` };
  return (
    <div class={`cover cover-${cover}`} role="status">
      <b>{words[cover]}</b>
    </div>
  );
}
