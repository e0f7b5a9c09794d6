// Fill in PDFs with a built site's fill.js: `node fill.mjs SITE`. A line {form, pdf, target, values} of the input, all but
// the last paths, gives a line {lacking, long, error}; a PDF that could be filled is written to the target.
import fs from "node:fs";
import readline from "node:readline";

const [site] = process.argv.slice(2);
const source = fs.readFileSync(`${site}/fill.js`).toString("base64"); // as a module, whatever its name ends in
const { fillPdf, listLacking, listTooLong } = await import(`data:text/javascript;base64,${source}`);

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { form: path, pdf, target, values } = JSON.parse(line);
  const form = JSON.parse(fs.readFileSync(path));
  const answer = { lacking: listLacking(form, values), long: listTooLong(form, values), error: null };
  try {
    fs.writeFileSync(target, fillPdf(new Uint8Array(fs.readFileSync(pdf)), form, values));
  } catch (error) {
    answer.error = `${error.name}: ${error.message}`;
  }
  console.log(JSON.stringify(answer));
}
