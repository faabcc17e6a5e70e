import { useQuery } from "@tanstack/react-query";
import { accountQuery } from "@/components/data/team-queries";

/** Says which world is worked on when it isn't the real one. */
export function ModeBanner() {
  return (
    <section aria-label="Mode" className="border-b border-line bg-sunken px-4 py-1.5 text-xs sm:px-6">
      <span className="font-semibold">Sandbox mode:</span>{" "}
      <span className="text-quiet">simulated services, no external calls, no cost.</span>
    </section>
  );
}

/** Says to whoever may only look that nothing here can be started by them. */
export function ViewerBanner() {
  const { data } = useQuery(accountQuery());
  if (data?.who.role !== "viewer") return null;
  return (
    <section aria-label="Your role" className="border-b border-line bg-sunken px-4 py-1.5 text-xs sm:px-6">
      <span className="font-semibold">You are a viewer:</span>{" "}
      <span className="text-quiet">you see everything and start nothing. An admin can change your role.</span>
    </section>
  );
}
