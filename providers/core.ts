/**
 * What tools build on that ask the clouds without Pulumi: every association with its `find` and `list`, logins, and the layout of
 * state. Importing this loads neither Pulumi nor an SDK.
 *
 * It is made for `pulumi-cloud-attachments-cli`, which is released with it: unlike the resources, it may change with any version.
 */
export { associations } from "./associations";
export { answered } from "./core/cloud/http";
export { connect, requireAccount } from "./core/cloud/sessions";
export {
  type AnyAssociation,
  type CommonArgs,
  type Finding,
  fieldsOf,
  identityOf,
  type List,
  type ListedPair,
  type ListedParent,
  type ListFilter,
  placeOf,
} from "./core/contract/association";
export type { Cloud, Connection, Session, Where } from "./core/contract/cloud";
export { CloudError } from "./core/contract/errors";
export { MOST_PAIRS } from "./core/contract/fields";
export type { Properties } from "./core/contract/inputs";
export {
  declaredIn,
  heldIn,
  isAsDeclared,
  type Recorded,
  recordedIn,
} from "./core/contract/outputs";
export { asOneList, isPlural, type PluralAssociation, pairsIn, pluralOf } from "./core/contract/plural";
export { PACKAGE, pluginTypeOf, typeOf } from "./core/contract/provider-text";
export { checkInputs } from "./core/provider/check";
export { explain } from "./core/provider/explain";
export { asFound, type InState } from "./core/provider/found";
export { DeadlineError, OperationDeadline } from "./core/reconcile/deadline";
export { type ListTask, list } from "./core/reconcile/list";
export { look } from "./core/reconcile/look";
export { Fate } from "./core/reconcile/pair-task";
export { isAllowed } from "./core/reconcile/permission";
export { retry } from "./core/reconcile/retry";
export { canonical, isUnknown } from "./core/util/canonical";
export { printable } from "./core/util/printable";
export { namesOf, type Setting, type Settings, settingsFrom, textOf } from "./core/util/settings";
