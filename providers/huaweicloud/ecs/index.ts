export {
  SecurityGroupAttachment,
  type SecurityGroupAttachmentArgs,
  SecurityGroupAttachments,
  type SecurityGroupAttachmentsArgs,
} from "./security-group-attachment";
