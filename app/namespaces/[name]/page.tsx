import { NamespacePage } from "@/components/namespaces/namespace-page";

type Props = { params: Promise<{ name: string }> };

const nameOf = async ({ params }: Props) => {
  const name = decoded((await params).name);
  return name === "__default__" ? "" : name;
};

/** Next.js hands a name over as it stands in the address, and decoded where it was navigated to within the app. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

export async function generateMetadata(props: Props) {
  return { title: `Namespace ${(await nameOf(props)) || "(default)"}` };
}

export default async function OneNamespacePage(props: Props) {
  return <NamespacePage name={await nameOf(props)} />;
}
