/** What the page uses of gifenc, which has no types of its own. */
declare module "gifenc" {
  type Palette = number[][];
  interface Encoder {
    writeFrame(
      indexed: Uint8Array,
      width: number,
      height: number,
      how: { palette?: Palette; delay?: number; repeat?: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  }
  export function GIFEncoder(): Encoder;
  export function quantize(rgba: Uint8ClampedArray, colours: number): Palette;
  export function applyPalette(rgba: Uint8ClampedArray, palette: Palette): Uint8Array;
}
