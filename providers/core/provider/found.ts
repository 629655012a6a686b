import type { AnyAssociation, CommonArgs, Finding } from "../contract/association";
import type { Session } from "../contract/cloud";
import { PROVIDER, type Properties } from "../contract/inputs";
import { fleetOutputs, outputsOf, type Recorded } from "../contract/outputs";
import { fleetId, inOldOrder, isPlural, listIn, membersIn } from "../contract/plural";
import { providerText } from "../contract/provider-text";
import { checkInputs } from "./check";

/** A resource in state. */
export interface InState {
  id: string;
  inputs: Properties;
  outputs: Recorded;
}

/**
 * What a create with these arguments leaves in state if it finds all of it attached: what `pulumi import` takes over in place of that
 * create, so that the next update compares equals.
 *
 * @param association - a single form, or a plural one.
 * @param seen - of a single form: what the cloud shows of the pair. Default: it is attached as declared.
 * @throws Error for arguments that a check would refuse.
 */
export function asFound(
  association: AnyAssociation,
  args: Properties,
  at: Pick<Session, "accountId" | "region">,
  seen: Extract<Finding<CommonArgs>, { state: "attached" }> = { state: "attached" },
): InState {
  const provider = { [PROVIDER]: providerText(association.token) };
  const { inputs, failures } = checkInputs(association, { ...args, ...provider });
  const [failure] = failures;
  if (failure) throw new Error(failure.reason);
  if (!isPlural(association)) {
    const outputs = outputsOf(association, inputs, inputs, at, { seen, confirmed: !seen.incomplete });
    return { id: association.id(inputs), inputs, outputs: { ...outputs, ...provider } };
  }
  const [list] = listIn(association.single, inputs) ?? [];
  if (list !== undefined) inputs[list] = inOldOrder([], membersIn(association, list, inputs));
  const outputs = fleetOutputs(inputs, at, { missing: [], confirmed: true });
  return { id: fleetId(association, inputs), inputs, outputs: { ...outputs, ...provider } };
}
