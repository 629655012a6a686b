/**
 * What saved state loads, for ever: one handler for each resource type, under its type token in camelCase.
 * Nothing here may be renamed or removed.
 */
import { vserverGroupAttachment } from "./alicloud/ess/vserver-group-attachment";
import { handler } from "./association/handler";

export const alicloudEssVServerGroupAttachment = handler(vserverGroupAttachment);
