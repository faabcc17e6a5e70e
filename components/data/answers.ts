import type { AttentionCounts, AttentionItem } from "@/lib/shapes/attention";
import type { Change, ChangeDetail, ChangeFacet } from "@/lib/shapes/change";
import type { CollectionView, ConnectionTest } from "@/lib/shapes/connection-test";
import type { Delivery } from "@/lib/shapes/delivery";
import type { DocumentNamespaces, DocumentsOverview } from "@/lib/shapes/documents";
import type { RetryEstimate } from "@/lib/shapes/estimate";
import type { DistanceOverTime, FleetPage } from "@/lib/shapes/fleet";
import type { History } from "@/lib/shapes/history";
import type { Inspection } from "@/lib/shapes/inspection";
import type { KindView } from "@/lib/shapes/kind";
import type { NamespacePageView, NamespaceRow } from "@/lib/shapes/namespaces";
import type { Doctor, Overview, SettingView } from "@/lib/shapes/overview";
import type { Plan, PlanStandingView } from "@/lib/shapes/plan";
import type { Finding, Reason } from "@/lib/shapes/reason";
import type { RecordView } from "@/lib/shapes/record";
import type { Connection, Route } from "@/lib/shapes/route";
import type { Run, RunDetail, RunEvent, SegmentView } from "@/lib/shapes/run";
import type { Schedule, Turn } from "@/lib/shapes/schedule";

type Paged<Rows> = Rows & { next: string | null };
type Searched<Rows> = Paged<Rows> & { matching: number };

/** What the verbs answer that pages read, by name. Types only: the shapes themselves stay on the server. */
export type Answers = {
  attentionCounts: AttentionCounts;
  attentionPage: { items: AttentionItem[]; matching: number; counts: AttentionCounts };
  changeDetail: ChangeDetail;
  changesPage: { changes: Change[]; matching: number; exact: boolean };
  collections: { collections: CollectionView[]; more: boolean };
  configuration: { mode: "sandbox" | "live"; settings: SettingView[] };
  connections: { connections: Connection[] };
  connectionTest: ConnectionTest;
  history: History;
  inspection: Inspection;
  distanceOverTime: DistanceOverTime;
  doctor: Doctor;
  documentNamespaces: DocumentNamespaces;
  documentsOverview: DocumentsOverview;
  facets: {
    keys: ChangeFacet[];
    /** Keys that differ in all; `keys` holds those in most records. */
    total: number;
    text: { changed: number; kept: number };
    present: { value: string; count: number }[];
    reasons: { reason: Reason; count: number }[];
    exact: boolean;
  };
  findingsPage: Searched<{ findings: Finding[]; reasons?: { reason: Reason; count: number }[] }>;
  fleetPage: FleetPage;
  kinds: { kinds: KindView[] };
  logPage: Paged<{ events: RunEvent[] }>;
  namespacePage: NamespacePageView;
  namespaceRow: NamespaceRow;
  overview: Overview;
  plan: Plan;
  planStanding: PlanStandingView;
  plansPage: Searched<{ plans: Plan[] }>;
  retryEstimate: RetryEstimate;
  routes: { routes: Route[] };
  record: RecordView;
  runDetail: RunDetail;
  runsPage: Searched<{ runs: Run[] }>;
  scheduleDetail: { schedule: Schedule; turns: Turn[]; next: string | null; deliveries: Delivery[] };
  schedules: { schedules: Schedule[] };
  segmentsPage: { segments: SegmentView[]; total: number };
};
