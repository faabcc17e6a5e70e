import { AccountPage } from "@/components/team/account-page";

export const metadata = { title: "Account" };

export default function Account() {
  return <AccountPage />;
}
