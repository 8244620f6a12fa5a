import { expect, test } from "bun:test";

test("a", () => expect(1).toBe(1));
test("snapshot", () => expect({ a: 1 }).toMatchSnapshot());
test("fails", () => expect([1]).toEqual([2]));
