import { ImportView } from "../import/view.tsx";

export default function RecipientsImportView() {
  return <ImportView kind="recipients" />;
}
