import { NamespacePage } from "@/components/namespaces/namespace-page";

type Props = { params: Promise<{ name: string }> };

const nameOf = async ({ params }: Props) => {
  const name = decodeURIComponent((await params).name);
  return name === "__default__" ? "" : name;
};

export async function generateMetadata(props: Props) {
  return { title: `Namespace ${(await nameOf(props)) || "(default)"}` };
}

export default async function OneNamespacePage(props: Props) {
  return <NamespacePage name={await nameOf(props)} />;
}
