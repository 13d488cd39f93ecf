import { type CameraPlace, cameraPlaces, camerasOpen } from "../cameras";
import { Sign } from "../icons";
import { mayAct } from "../link/acting";
import { give } from "../link/commands";
import { shelves, ticks } from "../link/state";
import { Dialog } from "./Dialog";
import { VALIDITY } from "./Trackers";

/** Every camera: on or off, which comes first, which is on air. */
export function CamerasDialog() {
  if (!camerasOpen.value) return null;
  ticks.value;
  const choice = shelves.air.value[""]?.choice;
  const places = cameraPlaces(choice);
  return (
    <Dialog
      title="Cameras"
      close={() => {
        camerasOpen.value = false;
      }}
    >
      <p class="cameras-hint">
        Where inner views overlap, the upper camera wins. A camera that the switcher has on air is above all others.
      </p>
      <ol class="cameras">
        {places.map((camera) => (
          <CameraRow key={camera.name} camera={camera} />
        ))}
      </ol>
      {places.length === 0 && <p>The stage file has no cameras.</p>}
      <div class="cameras-foot">
        <button
          type="button"
          disabled={!mayAct.value || !choice?.on_air.length}
          onClick={() => void give("camera.on_air", { cameras: [] })}
        >
          No camera on air
        </button>
      </div>
    </Dialog>
  );
}

function CameraRow({ camera: { name, number, place, onAir } }: { camera: CameraPlace }) {
  const state = shelves.frame.peek()[""]?.cameras.find((camera) => camera.name === name);
  const on = place > 0;
  return (
    <li class={`camera-row${onAir ? " is-on-air" : ""}${on ? "" : " is-off"}`} data-camera={name}>
      <span class="camera-number number">{number}</span>
      <b class="one-line">{name}</b>
      {state ? <Sign {...VALIDITY[state.validity]} /> : <Sign mood="idle" word="NO FRAME" />}
      <button
        type="button"
        disabled={!mayAct.value}
        aria-pressed={on}
        onClick={() => void give("camera.switch", { camera: name, on: !on })}
      >
        {on ? "On" : "Off"}
      </button>
      <button
        type="button"
        disabled={!mayAct.value || place === 1}
        onClick={() => void give("camera.order", { cameras: [name] })}
      >
        First
      </button>
      <button
        type="button"
        class="camera-tally"
        disabled={!mayAct.value}
        aria-pressed={onAir}
        onClick={() => void give("camera.tally", { camera: name, on: !onAir })}
      >
        {onAir ? "ON AIR" : "Tally"}
      </button>
    </li>
  );
}
