import type { Embedder } from "@/lib/embedders/contract";
import { copyingEmbedder } from "@/lib/embedders/copying";
import type { RowChoice } from "@/lib/shapes/routes/fill";
import { defaultConnections, defaultRoute, type OverflowRule } from "@/lib/shapes/routes/route";
import type { RunSettings } from "@/lib/shapes/runs/run";
import type { VectorSource, VectorTarget } from "@/lib/stores/contract";
import { withOverflow } from "@/lib/stores/overflow";
import { ChosenRows } from "./chosen-rows";
import {
  isOwn,
  type OpenedConnection,
  openEmbedderOf,
  openSourceOf,
  openTargetOf,
  type RouteParts,
  readConnection,
} from "./open-connection";
import { openOverflow } from "./open-overflow";
import { changesRecords, type RecordRules, recordRulesOf } from "./records/record-rules";
import { throughRecords } from "./records/through-records";
import { type EmbedderNow, type RouteNow, routeByDefinition, routeBySettings } from "./route-now";
import { configOn, embedderRates, type RouteRates, storeRates } from "./route-rates";
import { keptRoute } from "./route-rows";
import { sandboxRoute } from "./sandbox-routes";
import { throughNested } from "./through";
import { withFields } from "./with-fields";

/** A route with its ends open. */
export type OpenRoute = {
  route: RouteNow;
  source: VectorSource;
  target: VectorTarget;
  embedder: Embedder;
  rates: RouteRates;
};

/** Parts as they are on an opened route. */
export function partsOn<P extends RouteBase>(
  parts: P,
  { route, source, target, embedder, rates }: OpenRoute,
): P & { route: RouteNow } {
  return { ...parts, config: configOn(parts.config, rates), route, source, target, embedder };
}

/** What the environment opened: its connections are taken from here. */
export type RouteBase = RouteParts & { source: VectorSource; target: VectorTarget; embedder: Embedder };

type Named = { source: string; target: string; embedder: string | null };
type Ends = { source: End<VectorSource>; target: End<VectorTarget>; embedder: End<Embedder> | null };
type End<T> = { kind: string; open: T; settings: unknown };

/** Opens routes and keeps open what it opened: a connection is opened once, until it is changed. */
export class RouteBook {
  private readonly sources = new Map<string, VectorSource>();
  private readonly targets = new Map<string, VectorTarget>();
  private readonly embedders = new Map<string, Embedder>();
  /** Sources through rules of a route: what these work out of a source is kept for all runs of the route. */
  private readonly changed = new Map<VectorSource, Map<string, VectorSource>>();
  private readonly flattened = new Map<VectorSource, Map<string, VectorSource>>();
  private readonly named = new Map<VectorTarget, Map<string, VectorTarget>>();
  private readonly ofModels = new Map<VectorTarget, Map<string, VectorTarget>>();
  private readonly overflowing = new Map<VectorTarget, Map<string, VectorTarget>>();

  private readonly rows = new ChosenRows();

  constructor(private readonly base: RouteBase) {}

  /**
   * A saved route as it stands now; `null` for the environment's.
   * @param fill which rows of its table
   * @throws OperatorError `route-not-found`, and as {@link readConnection}
   */
  async open(name: string, fill?: RowChoice): Promise<OpenRoute | null> {
    if (name === defaultRoute) return null;
    const row = sandboxRoute(this.base.config, name) ?? (await keptRoute(this.base, name));
    const { source, target, vectors } = row.definition;
    const ends = await this.openEnds({
      source: source.connection,
      target: target.connection,
      embedder: vectors.from === "text" ? vectors.embedder : null,
    });
    const { overflow } = row.definition;
    return this.opened(this.chosen(ends, fill), overflow, (embedder) => ({
      ...routeByDefinition(this.base.config, row, kindsOf(ends), embedder),
      ...(fill && { fill }),
    }));
  }

  /**
   * What a run or plan was made for: its connections as they lead now, its collections and rules as they were; `null` for the environment's.
   * @throws OperatorError as {@link readConnection}
   */
  async openStored(settings: RunSettings): Promise<OpenRoute | null> {
    if (settings.route === undefined) return null;
    const ends = await this.openEnds({
      source: settings.source.connection ?? defaultConnections.source,
      target: settings.target.connection ?? defaultConnections.target,
      embedder: settings.vectors === "source" ? null : (settings.embedder.connection ?? defaultConnections.embedder),
    });
    return this.opened(this.chosen(ends, settings.fill), settings.overflow, (embedder) =>
      routeBySettings(settings, kindsOf(ends), embedder),
    );
  }

  /** Closes all that was opened here. */
  async close(): Promise<void> {
    const wrapped = [...this.changed.values(), ...this.overflowing.values()].flatMap((one) => [...one.values()]);
    await Promise.allSettled(wrapped.map((store) => store.close()));
    const stores = [...this.sources.values(), ...this.targets.values()];
    const { sources, targets, embedders, changed, flattened, named, ofModels, overflowing } = this;
    for (const map of [sources, targets, embedders, changed, flattened, named, ofModels, overflowing]) map.clear();
    await Promise.allSettled(stores.map((store) => store.close()));
  }

  private chosen(ends: Ends, fill: RowChoice | undefined): Ends {
    if (fill === undefined) return ends;
    const { source, target } = ends;
    return {
      ...ends,
      source: { ...source, open: this.rows.source(source.open, fill) },
      target: { ...target, open: this.rows.target(target.open, fill) },
    };
  }

  private async opened(
    ends: Ends,
    overflow: OverflowRule | undefined,
    route: (embedder: EmbedderNow | null) => RouteNow,
  ): Promise<OpenRoute> {
    const embedder = ends.embedder;
    const now = route(embedder && { ...embedder.open.space, address: this.addressOf(embedder) });
    const source = this.through(ends.source.open, recordRulesOf(now, ends.target.open.can));
    const { nested } = now;
    const fields = now.targetFields;
    const { open } = ends.target;
    const named = fields ? kept(this.named, open, JSON.stringify(fields), () => withFields(open, fields)) : open;
    const whole = this.forModel(named, embedder?.open.space.model);
    const target = overflow ? await this.withOverflow(whole, overflow, now.owned) : whole;
    const keeps = target.can.fills?.keeps ?? null;
    return {
      route: keeps === null ? now : { ...now, keeps },
      source:
        nested !== "problem" && target.can.metadata === "flat"
          ? kept(this.flattened, source, nested, () => throughNested(source, nested))
          : source,
      target,
      embedder: embedder?.open ?? copyingEmbedder(`vectors of ${now.source.index}`),
      rates: { source: storeRates(ends.source), target: storeRates(ends.target), embedder: embedderRates(embedder) },
    };
  }

  /** Where an embedder is asked: its address, or that of its service. A stand-in serves elsewhere at each start and is the same one. */
  private addressOf({ settings, open: { service } }: End<Embedder>): string | undefined {
    if (settings === null || typeof settings !== "object") return undefined;
    const address = "baseUrl" in settings ? settings.baseUrl : undefined;
    const { mode, openai } = this.base.config;
    if (mode === "sandbox" && address === openai.baseUrl && address !== null) return "the sandbox";
    return typeof address === "string" ? address : `${service}'s own address`;
  }

  private through(source: VectorSource, rules: RecordRules): VectorSource {
    if (!changesRecords(rules)) return source;
    return kept(this.changed, source, JSON.stringify(rules), () => throughRecords(source, rules));
  }

  private forModel(target: VectorTarget, model: string | undefined): VectorTarget {
    if (model === undefined || !target.forModel) return target;
    return kept(this.ofModels, target, model, () => target.forModel?.(model) ?? target);
  }

  private async withOverflow(
    target: VectorTarget,
    rule: OverflowRule,
    owned: readonly string[],
  ): Promise<VectorTarget> {
    const connection = await readConnection(this.base, rule.connection);
    const key = JSON.stringify([connection.revision, rule, owned]);
    return kept(this.overflowing, target, key, () =>
      withOverflow(target, { ...openOverflow(connection, rule), owned }),
    );
  }

  private async openEnds({ source, target, embedder }: Named): Promise<Ends> {
    return {
      source: await this.openSource(source),
      target: await this.openTarget(target),
      embedder: embedder === null ? null : await this.openEmbedder(embedder),
    };
  }

  private async openSource(name: string): Promise<End<VectorSource>> {
    const { source, target, config } = this.base;
    const connection = await readConnection(this.base, name);
    if (name === defaultConnections.source) return endOf(connection, source);
    if (name === defaultConnections.target) return endOf(connection, target);
    return endOf(
      connection,
      opened(this.sources, connection, () => openSourceOf(config, connection)),
    );
  }

  private async openTarget(name: string): Promise<End<VectorTarget>> {
    const connection = await readConnection(this.base, name);
    if (name === defaultConnections.target) return endOf(connection, this.base.target);
    return endOf(
      connection,
      opened(this.targets, connection, () => openTargetOf(this.base.config, connection)),
    );
  }

  private async openEmbedder(name: string): Promise<End<Embedder>> {
    const connection = await readConnection(this.base, name);
    if (name === defaultConnections.embedder) return endOf(connection, this.base.embedder);
    return endOf(
      connection,
      opened(this.embedders, connection, () => openEmbedderOf(this.base.config, connection)),
    );
  }
}

const endOf = <T>({ name, kind, settings }: OpenedConnection, open: T): End<T> => ({
  kind,
  open,
  // The environment's own are paced and priced by the configuration.
  settings: isOwn(name) ? null : settings,
});

function opened<T>(map: Map<string, T>, { name, revision }: OpenedConnection, open: () => T): T {
  const key = `${name}@${revision}`;
  const known = map.get(key) ?? open();
  map.set(key, known);
  return known;
}

/** What is made of a store once: what others keep of a store they find again by it. */
function kept<T>(made: Map<T, Map<string, T>>, store: T, key: string, make: () => T): T {
  const ofStore = made.get(store) ?? new Map<string, T>();
  made.set(store, ofStore);
  const known = ofStore.get(key) ?? make();
  ofStore.set(key, known);
  return known;
}

const kindsOf = ({ source, target }: Ends) => ({ source: source.kind, target: target.kind });
