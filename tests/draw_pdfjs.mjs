// Draw the first page of a PDF as Firefox prints it, a PNG on standard output: node draw_pdfjs.mjs FOLDER_OF_PDFJS_DIST FILE.pdf SCALE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, file, scale] = process.argv.slice(2);
const { createCanvas } = createRequire(`${folder}/package.json`)("@napi-rs/canvas");
const { AnnotationMode, getDocument, VerbosityLevel } = await import(pathToFileURL(`${folder}/legacy/build/pdf.mjs`));
const data = new Uint8Array(readFileSync(file));
const pdf = await getDocument({ data, verbosity: VerbosityLevel.ERRORS }).promise;
const page = await pdf.getPage(1);
// Firefox shows text fields as fields of a web page; when it prints, it draws what these hold.
for (const { id, fieldType, fieldValue } of await page.getAnnotations()) {
  if (fieldType === "Tx" && fieldValue) pdf.annotationStorage.setValue(id, { value: fieldValue });
}
const viewport = page.getViewport({ scale: Number(scale) });
const canvas = createCanvas(Math.round(viewport.width), Math.round(viewport.height));
const canvasContext = canvas.getContext("2d");
await page.render({ canvasContext, viewport, intent: "print", annotationMode: AnnotationMode.ENABLE_STORAGE }).promise;
process.stdout.write(canvas.toBuffer("image/png"));
