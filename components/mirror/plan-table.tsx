"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { plansQuery } from "@/components/data/mirror-queries";
import { useGo } from "@/components/data/use-go";
import { useListedRoute } from "@/components/data/use-routes";
import { listedParser, RouteFilter } from "@/components/routes/route-filter";
import { Button } from "@/components/ui/button";
import { useDebounced } from "@/components/ui/debounced";
import { Count } from "@/components/ui/figure";
import { FilterBar, SelectOne } from "@/components/ui/filter-bar";
import { NamespaceName } from "@/components/ui/identifier";
import { Link } from "@/components/ui/link";
import { Moment } from "@/components/ui/moment";
import { MoreRows } from "@/components/ui/more-rows";
import { useRowKeys } from "@/components/ui/row-keys";
import { SidesLine } from "@/components/ui/sides-bar";
import { Skeleton } from "@/components/ui/skeleton";
import { Empty, ProblemNote } from "@/components/ui/states";
import { Cell, HeadCell, Row, Table } from "@/components/ui/table";
import { planKindOf, planKindWords, planStateOf, planStateWords } from "@/components/words/change";
import { manyWords } from "@/components/words/figures";
import { lineOfPlan } from "@/components/words/plan";
import { termsOf } from "@/components/words/terms";
import { planKinds, planStates } from "@/lib/shapes/names";
import type { Plan } from "@/lib/shapes/plans/plan";

type Home = Exclude<Plan["kind"], "reembed">;

const parsersFor = (home: Home) => ({
  plans: parseAsString.withDefault(""),
  kind: parseAsStringLiteral([...planKinds, "any"] as const).withDefault(home),
  state: parseAsStringLiteral(planStates),
  routes: listedParser,
});
const parsers = { mirror: parsersFor("mirror"), clearance: parsersFor("clearance") };

const emptyWords: Record<Home, string> = {
  mirror:
    "An analysis is kept as a plan: what would be created and updated, record by record, to be reviewed and applied.",
  clearance: "What a level would change is kept as a plan: document by document, to be reviewed and applied.",
};

/** How a namespace is typed: the default one has no name, and nothing typed means any. */
const namespaceOf = (typed: string) => (typed === "" ? null : typed === "default" ? "" : typed);

/** Plans, newest first, with where they stand, at first those of the page's own kind; filters in the URL. */
export function PlanTable({ home }: { home: Home }) {
  const go = useGo();
  const [asked, setAsked] = useQueryStates(parsers[home]);
  const namespace = namespaceOf(useDebounced(asked.plans.trim(), 250));
  // Documents are of no route.
  const own = useListedRoute(asked.routes === "all");
  const route = home === "clearance" ? null : own;
  const query = useInfiniteQuery(
    plansQuery({ kind: asked.kind === "any" ? null : asked.kind, state: asked.state, namespace, route }),
  );
  const { data, error, refetch } = query;
  const plans = data?.pages.flatMap((page) => page.plans) ?? [];
  const matching = data?.pages[0]?.matching ?? 0;
  const filtered = asked.plans !== "" || asked.state !== null || asked.kind !== home || asked.routes !== null;
  const keys = useRowKeys({
    count: plans.length,
    onOpen: (index) => {
      const plan = plans[index];
      if (plan) go(hrefOf(plan));
    },
  });
  return (
    <>
      {(matching > 0 || filtered) && (
        <FilterBar
          label="Plans over a namespace, by its whole ID"
          search={asked.plans}
          onSearch={(plans) => void setAsked({ plans })}
        >
          <SelectOne
            label="State of the plans"
            of={planStates}
            title={(state) => (state === "failed" ? "Failed or cancelled" : planStateWords[state])}
            value={asked.state}
            any="Any state"
            onChange={(state) => void setAsked({ state })}
          />
          <SelectOne
            label="Kind of the plans"
            of={planKinds}
            title={(kind) => planKindWords[kind]}
            value={asked.kind === "any" ? null : asked.kind}
            any="Any kind"
            onChange={(kind) => void setAsked({ kind: kind ?? "any" })}
          />
          {home !== "clearance" && (
            <RouteFilter value={asked.routes} onChange={(routes) => void setAsked({ routes })} />
          )}
        </FilterBar>
      )}
      {error && !data && <ProblemNote error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton className="h-32 w-full rounded-md" />}
      {data && plans.length === 0 && (
        <Empty
          title={filtered ? "No plan matches" : "No plans yet"}
          action={
            filtered && (
              <Button onClick={() => void setAsked({ plans: "", state: null, kind: null, routes: null })}>
                Show all plans
              </Button>
            )
          }
        >
          {filtered
            ? "A namespace is found by its whole ID; the default namespace is typed as default."
            : emptyWords[home]}
        </Empty>
      )}
      {plans.length > 0 && (
        <div className={query.isPlaceholderData ? "opacity-60 transition-opacity duration-150" : undefined}>
          <PlanRows plans={plans} keys={keys} kind={asked.kind} onOpen={(plan) => go(hrefOf(plan))} />
        </div>
      )}
      <MoreRows query={query} shown={plans.length} matching={matching}>
        Show older plans
      </MoreRows>
    </>
  );
}

const hrefOf = (plan: Plan) => `/plans/${plan.id}`;

type RowsProps = {
  plans: readonly Plan[];
  keys: ReturnType<typeof useRowKeys>;
  kind: Plan["kind"] | "any";
  onOpen(plan: Plan): void;
};

function PlanRows({ plans, keys, kind, onOpen }: RowsProps) {
  const documents = kind === "clearance";
  return (
    <Table label="Plans" className="table-fixed">
      <thead>
        <tr>
          <HeadCell className="w-[46%] sm:w-[26%]">Namespaces</HeadCell>
          <HeadCell>State</HeadCell>
          <HeadCell className="hidden w-[18%] md:table-cell">{documents ? "Documents" : "Source to target"}</HeadCell>
          <HeadCell number className="hidden w-20 sm:table-cell">
            {documents ? "Set" : "Create"}
          </HeadCell>
          <HeadCell number className="hidden w-22 sm:table-cell">
            {documents ? "Overwrite" : "Update"}
          </HeadCell>
          <HeadCell number className="hidden w-24 lg:table-cell">
            {documents ? "Unchanged" : "Only in target"}
          </HeadCell>
          <HeadCell number className="hidden w-20 lg:table-cell">
            Problems
          </HeadCell>
          <HeadCell number className="hidden w-28 sm:table-cell">
            {documents ? "Planned" : "Analysed"}
          </HeadCell>
        </tr>
      </thead>
      <tbody {...keys.body}>
        {plans.map((plan, index) => (
          <Row key={plan.id} {...keys.row(index)} className="cursor-pointer" onClick={() => onOpen(plan)}>
            <Cell className="overflow-hidden">
              <Link href={hrefOf(plan)} tabIndex={-1} className="flex min-w-0 rounded-sm hover:text-accent">
                <Places plan={plan} />
              </Link>
            </Cell>
            <Cell>
              {planStateOf(plan)}
              {kind === "any" && <span className="block text-xs text-quiet">{planKindOf(plan)}</span>}
            </Cell>
            <Cell className="hidden md:table-cell">
              <SidesLine {...lineOfPlan(plan)} tense={termsOf(plan).tense} />
            </Cell>
            <Cell number className="hidden sm:table-cell">
              <Count value={plan.counts.create - plan.excluded.create} />
            </Cell>
            <Cell number className="hidden sm:table-cell">
              <Count value={plan.counts.update - plan.excluded.update} />
            </Cell>
            <Cell number className="hidden lg:table-cell">
              <Count value={documents ? plan.counts.unchanged : plan.counts.orphan} />
            </Cell>
            <Cell number className="hidden lg:table-cell">
              <Count value={plan.counts.problem} />
            </Cell>
            <Cell number className="hidden text-quiet sm:table-cell">
              <Moment at={plan.createdAt} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function Places({ plan }: { plan: Plan }) {
  const [first] = plan.namespaces;
  if (plan.namespaceCount === 0) return <span>All documents</span>;
  if (plan.namespaceCount === 1 && first !== undefined) return <NamespaceName name={first} />;
  return <span>{manyWords(plan.namespaceCount, "namespace")}</span>;
}
