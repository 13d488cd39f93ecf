import {
  BackSide,
  BufferAttribute,
  BufferGeometry,
  CanvasTexture,
  EdgesGeometry,
  FrontSide,
  Group,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  type Sprite,
  SRGBColorSpace,
  Vector3,
} from "three";
import type { OutputShape, PlacedTile, WallShape } from "../generated/records";
import { label } from "./label";

const LONGEST_SIDE_PX = 1024;
const EDGE_DEG = 25;

/** A wall in the 3-D view: its surface with what its outputs show, put together from their previews. */
export class WallModel {
  readonly group = new Group();
  readonly sign: Sprite;
  private readonly canvas = document.createElement("canvas");
  private readonly texture: CanvasTexture;
  private readonly scale: number;

  constructor(private readonly shape: WallShape) {
    const [width, height] = shape.size_px;
    this.scale = Math.min(1, LONGEST_SIDE_PX / Math.max(width, height));
    this.canvas.width = Math.max(1, Math.round(width * this.scale));
    this.canvas.height = Math.max(1, Math.round(height * this.scale));
    const pen = this.canvas.getContext("2d");
    if (pen) {
      pen.fillStyle = "#1a2129";
      pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    }
    this.texture = new CanvasTexture(this.canvas);
    this.texture.colorSpace = SRGBColorSpace;
    this.texture.generateMipmaps = false;
    this.sign = label(shape.name, "#c8d2dd");
    this.build();
  }

  /** Draw an output's picture where its tiles are on this wall. Says whether anything changed. */
  show(picture: ImageBitmap, output: OutputShape): boolean {
    const pen = this.canvas.getContext("2d");
    const tiles = output.tiles.filter((tile) => tile.wall === this.shape.name);
    if (!pen || tiles.length === 0) return false;
    const [width, height] = output.size_px;
    for (const tile of tiles) this.drawTile(pen, picture, tile, picture.width / width, picture.height / height);
    this.texture.needsUpdate = true;
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

  private build(): void {
    const geometry = wallGeometry(this.shape);
    const front = new MeshBasicMaterial({ map: this.texture, side: FrontSide, toneMapped: false });
    const back = new MeshBasicMaterial({ color: "#2a323c", side: BackSide, transparent: true, opacity: 0.55 });
    const edges = new EdgesGeometry(geometry, EDGE_DEG);
    this.group.add(new Mesh(geometry, front), new Mesh(geometry, back));
    this.group.add(new LineSegments(edges, new LineBasicMaterial({ color: "#5b6876" })));
    geometry.computeBoundingBox();
    const top = geometry.boundingBox;
    if (top) this.sign.position.copy(top.getCenter(new Vector3()).setZ(top.max.z + 0.06));
    this.group.add(this.sign);
  }
}

function wallGeometry(shape: WallShape): BufferGeometry {
  const [width, height] = shape.size_px;
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(new Float32Array(shape.vertices_m.flat()), 3));
  const uv = shape.canvas_px.flatMap(([x, y]) => [x / width, 1 - y / height]);
  geometry.setAttribute("uv", new BufferAttribute(new Float32Array(uv), 2));
  geometry.setIndex(shape.triangles.flat());
  return geometry;
}
