import type { OutputShape, PlacedTile } from "../generated/records";

const LONGEST_SIDE_PX = 1024;
const UNSEEN = "#1a2129";

/** What a wall shows now, put together from the previews of the outputs that feed it. */
export class WallPicture {
  private readonly scale: number;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly wall: string,
    [width, height]: [number, number],
  ) {
    this.scale = Math.min(1, LONGEST_SIDE_PX / Math.max(width, height));
    canvas.width = Math.max(1, Math.round(width * this.scale));
    canvas.height = Math.max(1, Math.round(height * this.scale));
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.fillStyle = UNSEEN;
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }

  /** Draw an output's picture where its tiles are on this wall. Says whether anything changed. */
  show(picture: ImageBitmap, output: OutputShape): boolean {
    const pen = this.canvas.getContext("2d");
    const tiles = output.tiles.filter((tile) => tile.wall === this.wall);
    if (!pen || tiles.length === 0) return false;
    const [width, height] = output.size_px;
    for (const tile of tiles) this.drawTile(pen, picture, tile, picture.width / width, picture.height / height);
    return true;
  }

  private drawTile(
    pen: CanvasRenderingContext2D,
    picture: ImageBitmap,
    tile: PlacedTile,
    scaleX: number,
    scaleY: number,
  ): void {
    const [canvasX, canvasY, canvasWidth, canvasHeight] = tile.canvas_px;
    const [x, y, width, height] = tile.output_px;
    pen.save();
    pen.scale(this.scale, this.scale);
    pen.translate(canvasX + canvasWidth / 2, canvasY + canvasHeight / 2);
    pen.rotate((-tile.rotation_deg * Math.PI) / 180);
    pen.drawImage(
      picture,
      x * scaleX,
      y * scaleY,
      width * scaleX,
      height * scaleY,
      -width / 2,
      -height / 2,
      width,
      height,
    );
    pen.restore();
  }
}
