// Patches do to a live deployment what a run does to its export.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { TABLES, deploy, dump, lines, send } from "./deployment.js";

const source = (user) => `a11ce000-0000-4000-8000-${String(user).padStart(12, "0")}`;
const target = (user) => `user_2${String(user).padStart(26, "0")}`;

// Users 0 to 9 have moved, 10 and 11 are in no map, 12 and 13 are new already.
const user = (number) => {
  const known = number % 14;
  if (known > 11) return target(known - 12);
  return known % 3 === 1 ? source(known).toUpperCase() : source(known);
};

const MAP = Array.from({ length: 10 }, (_, known) => `${source(known)},${target(known)}\n`);

const ticket = (number) => ({
  title: `Ticket of ${source(number % 10)}, "quoted"   \u00e9 \u{1f3ab}`,
  requester_id: number === 7 ? "walk-in" : user(number),
  ...(number % 4 ? { assigned_to: user(number * 5 + 1) } : {}),
  legacy: { supabaseId: source(number % 10), big: 9007199254740993n, none: null },
  order: [number, number / 8, 1e21, 5e-324],
  votes: { [source(1)]: 1 },
});

async function seed(deployment, tickets) {
  await deployment.run(async (ctx) => {
    for (let number = 0; number < tickets; number++) {
      const ticket_id = await ctx.db.insert("tickets", ticket(number));
      const changed_by = number % 5 ? user(number * 3) : "system";
      await ctx.db.insert("ticketComments", { ticket_id, author_id: user(number + 2), order: number });
      await ctx.db.insert("ticketStatusHistory", { ticket_id, changed_by });
    }
  });
}

/** Exports, rewrites, and reads what came of it. */
async function rewrite(deployment, ...more) {
  const folder = mkdtempSync(join(tmpdir(), "idswap-convex-"));
  const at = (...names) => join(folder, ...names);
  const before = await dump(deployment);
  mkdirSync(at("export"));
  for (const table of TABLES) writeFileSync(at("export", `${table}.jsonl`), before[table]);
  writeFileSync(at("ids.csv"), ["source_id,target_id\n", ...MAP].join(""));
  const args = ["rewrite", at("export"), "--map", at("ids.csv"), "--out", at("out"), "--patches", at("patches")];
  const ran = spawnSync(process.env.IDSWAP, [...args, ...more], { encoding: "utf8" });
  assert.ok(ran.status === 0 || ran.status === 1, ran.stderr);
  const read = (table) => [table, readFileSync(at("out", `${table}.jsonl`), "utf8")];
  const after = Object.fromEntries(TABLES.map(read));
  return { at, before, after, patches: (table) => lines(at("patches", `${table}.patches.jsonl`)) };
}

async function patchAll(deployment, { patches }) {
  for (const table of TABLES) {
    for (const line of patches(table)) await send(deployment, table, JSON.parse(line));
  }
}

test("patches leave what the run writes", async () => {
  const deployment = deploy();
  await seed(deployment, 300);
  const run = await rewrite(deployment);
  for (const table of TABLES) {
    assert.notEqual(run.after[table], run.before[table]);
    assert.ok(run.after[table].includes(source(11)), `${table} keeps who is in no map`);
    const sizes = run.patches(table).map((line) => JSON.parse(line).updates.length);
    assert.ok(sizes.length > 1 && sizes.slice(0, -1).every((size) => size === 100), `${sizes}`);
  }
  await patchAll(deployment, run);
  assert.deepEqual(await dump(deployment), run.after);
  await patchAll(deployment, run);
  assert.deepEqual(await dump(deployment), run.after, "once more changes nothing");
});

test("a batch that is not sent shows", async () => {
  const deployment = deploy();
  await seed(deployment, 300);
  const run = await rewrite(deployment);
  const skipped = (table) => run.patches(table).filter((_, at) => table !== "tickets" || at !== 1);
  await patchAll(deployment, { patches: skipped });
  const after = await dump(deployment);
  assert.notEqual(after.tickets, run.after.tickets);
  assert.deepEqual({ ...after, tickets: run.after.tickets }, run.after);
});

test("nulls and records that are gone refuse no batch", async () => {
  const deployment = deploy();
  const gone = await deployment.run(async (ctx) => {
    const requester_id = source(1);
    await ctx.db.insert("tickets", { requester_id, assigned_to: null });
    await ctx.db.insert("tickets", { requester_id: null, assigned_to: source(2) });
    await ctx.db.insert("tickets", { requester_id, assigned_to: source(3) });
    const ticket_id = await ctx.db.insert("tickets", { requester_id });
    await ctx.db.insert("ticketComments", { ticket_id, author_id: source(1) });
    await ctx.db.insert("ticketStatusHistory", { ticket_id, changed_by: source(1) });
    return ticket_id;
  });
  const run = await rewrite(deployment);
  const [listed, ...others] = lines(run.at("patches", "left-out.jsonl")).map((line) => JSON.parse(line));
  assert.equal(others.length, 0);
  assert.match(listed.message, /requester_id/);

  await deployment.run((ctx) => ctx.db.delete(gone));
  await patchAll(deployment, run);
  const before = run.before.tickets.split("\n");
  const [removed, , other] = run.after.tickets.split("\n");
  const expected = [removed.replace('"assigned_to":null,', ""), before[1], other, ""];
  assert.deepEqual((await dump(deployment)).tickets.split("\n"), expected);

  const update = { _id: listed._id, requester_id: null, assigned_to: target(2) };
  const patched = { _id: JSON.parse(other)._id, requester_id: "changed" };
  await assert.rejects(send(deployment, "tickets", { updates: [patched, update] }), /requester_id|Validator/);
  assert.deepEqual((await dump(deployment)).tickets.split("\n"), expected, "a batch is all or nothing");
});

test("the largest batch is what a transaction takes", async () => {
  const deployment = deploy();
  await deployment.run(async (ctx) => {
    for (let number = 0; number < 4097; number++) {
      await ctx.db.insert("tickets", { requester_id: source(number % 10) });
    }
    const ticket_id = (await ctx.db.query("tickets").first())._id;
    await ctx.db.insert("ticketComments", { ticket_id, author_id: source(1) });
    await ctx.db.insert("ticketStatusHistory", { ticket_id, changed_by: source(1) });
  });
  const run = await rewrite(deployment, "--patch-batch", "4096");
  const [full, last] = run.patches("tickets").map((line) => JSON.parse(line).updates);
  assert.deepEqual([full.length, last.length], [4096, 1]);
  const tooMany = send(deployment, "tickets", { updates: [...full, ...last] });
  await assert.rejects(tooMany, /Too many index ranges read.*4096/);
  assert.deepEqual(await dump(deployment), run.before, "nothing of it is done");
  await patchAll(deployment, run);
  assert.deepEqual(await dump(deployment), run.after);
});

test("npx takes a line of 131,000 bytes, and none much longer", () => {
  const folder = mkdtempSync(join(tmpdir(), "idswap-npx-"));
  const program = join(folder, "node_modules", ".bin", "convex");
  mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
  writeFileSync(program, "#!/usr/bin/env node\nconsole.log(process.argv.at(-1).length);\n");
  chmodSync(program, 0o755);
  writeFileSync(join(folder, "package.json"), "{}");
  const run = (argument) => {
    const words = ["convex", "run", "--prod", "ticketStatusHistory:updateUserIds", argument];
    return spawnSync("npx", words, { cwd: folder, encoding: "utf8" });
  };
  const line = (length, quotes) => `"${"'x".repeat(quotes)}${"x".repeat(length - 2 - 5 * quotes)}"`;
  for (const quotes of [0, 100]) {
    assert.equal(run(line(131_000, quotes)).stdout.trim(), String(131_000 - 3 * quotes));
    assert.notEqual(run(line(131_100, quotes)).status, 0);
  }
});
