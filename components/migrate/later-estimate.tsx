import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton";
import { EstimateFrame } from "./estimate-frame";

/** The estimate, fetched with the first one. Until its script is there it looks as it does until its plan is. */
export const LaterEstimate = dynamic(() => import("./estimate").then((module) => module.Estimate), {
  loading: () => (
    <EstimateFrame>
      <Skeleton className="h-40 w-full" />
    </EstimateFrame>
  ),
});
