// Fill in a PDF as Firefox does when it saves: node fill_pdfjs.mjs FOLDER_OF_PDFJS_DIST FILE.pdf VALUES, the PDF on standard
// output. VALUES is JSON: by a field's name its text, true for a tick, or the state of the button that is chosen.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, file, values] = process.argv.slice(2);
const { getDocument, VerbosityLevel } = await import(pathToFileURL(`${folder}/legacy/build/pdf.mjs`));
const data = new Uint8Array(readFileSync(file));
const pdf = await getDocument({ data, verbosity: VerbosityLevel.ERRORS }).promise;
const fields = await pdf.getFieldObjects();
for (const [name, value] of Object.entries(JSON.parse(values))) {
  for (const { id, type, exportValues } of fields[name]) {
    pdf.annotationStorage.setValue(id, { value: type === "radiobutton" ? exportValues === value : value });
  }
}
process.stdout.write(await pdf.saveDocument());
