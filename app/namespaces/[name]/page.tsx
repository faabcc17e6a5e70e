import { redirect } from "next/navigation";
import { NamespacePage } from "@/components/namespaces/namespace-page";
import { namespaceAt, namespaceHref } from "@/lib/shapes/namespaces/namespace-address";
import { hrefOn } from "@/lib/shapes/routes/route-href";
import { askedRoute } from "../../page-route";

type Query = Record<string, string | string[] | undefined>;
type Props = { params: Promise<{ name: string }>; searchParams: Promise<Query> };

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value);

async function askedFor({ params, searchParams }: Props) {
  const query = await searchParams;
  const route = await askedRoute(searchParams);
  return { ...namespaceAt((await params).name, one(query.name)), record: one(query.record), route };
}

export async function generateMetadata(props: Props) {
  return { title: `Namespace ${(await askedFor(props)).name || "(default)"}` };
}

export default async function OneNamespacePage(props: Props) {
  const { name, canonical, record, route } = await askedFor(props);
  // Within the app Next.js may hand a segment over decoded: only an address that decoding doesn't change is resumed.
  if (!canonical) redirect(hrefOn(route, namespaceHref(name, record)));
  return <NamespacePage key={name} name={name} />;
}
