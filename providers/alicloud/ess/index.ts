export {
  VServerGroupAttachment,
  type VServerGroupAttachmentArgs,
  VServerGroupAttachments,
  type VServerGroupAttachmentsArgs,
} from "./vserver-group-attachment";
