import { environmentManager, onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { newQueryClient } from "./client";

afterEach(() => {
  vi.useRealTimers();
  onlineManager.setOnline(true);
});

it("reads rest while the server doesn't answer, however often they would be repeated, and go on when it does", async () => {
  vi.useFakeTimers();
  environmentManager.setIsServer(() => false);
  const read = vi.fn(async () => "read");
  const client = newQueryClient();
  client.mount();
  const stop = new QueryObserver(client, { queryKey: ["one"], queryFn: read, refetchInterval: 2000 }).subscribe(
    () => {},
  );
  await vi.advanceTimersByTimeAsync(4100);
  expect(read).toHaveBeenCalledTimes(3);
  onlineManager.setOnline(false);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(3);
  onlineManager.setOnline(true);
  await vi.advanceTimersByTimeAsync(10);
  expect(read).toHaveBeenCalledTimes(4);
  stop();
  client.unmount();
});
