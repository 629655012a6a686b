export { VServerGroupAttachment, type VServerGroupAttachmentArgs } from "./vserver-group-attachment";
