export { SecurityGroupAttachment, type SecurityGroupAttachmentArgs } from "./security-group-attachment";
