/** The number of columns that shows `count` pictures largest in a box; each has a caption above it. */
export function bestColumns(
  count: number,
  widthPx: number,
  heightPx: number,
  aspect: number,
  gapPx: number,
  captionPx: number,
): number {
  let best = { columns: 1, width: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (widthPx - gapPx * (columns - 1)) / columns;
    const cellHeight = (heightPx - gapPx * (rows - 1)) / rows - captionPx;
    const width = Math.min(cellWidth, cellHeight * aspect);
    if (width > best.width) best = { columns, width };
  }
  return best.columns;
}
