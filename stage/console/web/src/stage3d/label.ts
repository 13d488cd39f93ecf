import { CanvasTexture, Sprite, SpriteMaterial, SRGBColorSpace } from "three";

const TEXT_PX = 40;
const PADDING_PX = 12;
/** Height of a label as a fraction of the view's height. */
const SCREEN_SHARE = 0.034;

/** A label that always faces the viewer and keeps its size on screen. */
export function label(text: string, color: string, share = SCREEN_SHARE): Sprite {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const font = `600 ${TEXT_PX}px system-ui, sans-serif`;
  if (pen) {
    pen.font = font;
    canvas.width = Math.ceil(pen.measureText(text).width) + 2 * PADDING_PX;
    canvas.height = TEXT_PX + 2 * PADDING_PX;
    pen.fillStyle = "rgba(8, 10, 13, 0.72)";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.font = font;
    pen.fillStyle = color;
    pen.textBaseline = "middle";
    pen.fillText(text, PADDING_PX, canvas.height / 2);
  }
  const map = new CanvasTexture(canvas);
  map.colorSpace = SRGBColorSpace;
  const sprite = new Sprite(new SpriteMaterial({ map, sizeAttenuation: false, depthTest: false, transparent: true }));
  sprite.scale.set((share * canvas.width) / canvas.height, share, 1);
  sprite.renderOrder = 10;
  sprite.center.set(0.5, 0);
  return sprite;
}
