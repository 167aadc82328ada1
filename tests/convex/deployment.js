// A deployment of the ticket tables in the mock of the backend: seeded, dumped
// as an export, patched line by line.

import { readFileSync } from "node:fs";
import { makeFunctionReference, defineSchema, defineTable } from "convex/server";
import { v } from "convex/values";
import { convexTest } from "convex-test";

const free = Object.fromEntries(
  ["title", "legacy", "order", "votes"].map((name) => [name, v.optional(v.any())]),
);
const nullable = v.union(v.string(), v.null());

const schema = defineSchema({
  tickets: defineTable({ requester_id: nullable, assigned_to: v.optional(nullable), ...free }),
  ticketComments: defineTable({ author_id: v.string(), ticket_id: v.id("tickets"), ...free }),
  ticketStatusHistory: defineTable({ changed_by: v.string(), ticket_id: v.id("tickets"), ...free }),
});

export const TABLES = Object.keys(schema.tables);

const modules = {
  "./convex/_generated/api.js": async () => ({}),
  ...Object.fromEntries(
    TABLES.map((table) => [`./convex/${table}.js`, () => import(`./convex/${table}.js`)]),
  ),
};

/** An empty deployment that holds transactions to the limits of a real one. */
export const deploy = () => convexTest({ schema, modules, transactionLimits: true });

/** A value as exports spell it: floats with a point, Int64 without one. */
function spell(value) {
  if (typeof value === "number") {
    const plain = String(value);
    return /[.e]/.test(plain) ? plain : `${plain}.0`;
  }
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(spell).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).filter((name) => value[name] !== undefined).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${spell(value[name])}`).join(",")}}`;
}

/** The text of each table. */
export async function dump(deployment) {
  const texts = {};
  for (const table of TABLES) {
    const records = await deployment.run((ctx) => ctx.db.query(table).collect());
    texts[table] = records.map((record) => `${spell(record)}\n`).join("");
  }
  return texts;
}

/** Sends an argument object to the mutation of a table. */
export const send = (deployment, table, argument) =>
  deployment.mutation(makeFunctionReference(`${table}:updateUserIds`), argument);

/** The lines of a file of patches. */
export const lines = (file) => readFileSync(file, "utf8").split("\n").slice(0, -1);
