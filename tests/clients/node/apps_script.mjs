// Runs a script made for Google Sheets: `node apps_script.mjs cells.gs pullCells`, the key in $KEY.
// Stands in for Google's objects, with the methods that the script may call and no others; what it
// asks for is really asked. Prints what the sheet then holds.

import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { ask } from "./asking.mjs";

const [, , file, name] = process.argv;
const sheets = new Map();

const UrlFetchApp = {
  fetch: (address, { headers = {} } = {}) => ({ getContentText: () => ask(address, headers) }),
};

const PropertiesService = {
  getScriptProperties: () => ({ getProperty: (key) => process.env[key] ?? null }),
};

function newSheet() {
  let cells = [];
  return {
    clearContents() {
      cells = [];
    },
    getRange(row, column, height, width) {
      return {
        setValues(values) {
          if (row !== 1 || column !== 1) throw new Error("Only whole sheets are written here.");
          if (values.length !== height || values.some((line) => line.length !== width))
            throw new Error("The data does not match the range.");
          cells = values.map((line) => line.map(written));
        },
      };
    },
    shown: () => cells,
  };
}

// What a sheet makes of a value: an apostrophe keeps a text as it is, an equals sign makes a
// formula, and what looks like a number becomes one.
function written(value) {
  if (value === null || !["string", "number", "boolean"].includes(typeof value))
    throw new Error(`A cell cannot hold ${JSON.stringify(value)}.`);
  if (typeof value !== "string") return value;
  if (value.startsWith("'")) return value.slice(1);
  if (value.startsWith("=")) throw new Error(`A formula: ${value}`);
  return value.trim() !== "" && !Number.isNaN(Number(value)) ? Number(value) : value;
}

const SpreadsheetApp = {
  getActiveSpreadsheet: () => ({
    getSheetByName: (title) => sheets.get(title) ?? null,
    insertSheet(title) {
      sheets.set(title, newSheet());
      return sheets.get(title);
    },
  }),
};

const script = `${readFileSync(file, "utf8")}\n${name}();\n${name}();`; // each night anew
runInNewContext(script, { UrlFetchApp, PropertiesService, SpreadsheetApp });
console.log(JSON.stringify([...sheets].map(([title, sheet]) => [title, sheet.shown()])));
