Deno.test("one", () => {
  if (1 + 1 !== 2) throw new Error("x");
});
Deno.test("steps", async (t) => {
  await t.step("s", () => {});
});
Deno.test("bad", () => {
  throw new TypeError("deliberate");
});
