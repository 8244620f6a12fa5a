// SIDs and security descriptors as text and as structures, lists of entries, the security of a file.
// "ConvertSidToStringSidW function", "Security Descriptor String Format", "SetEntriesInAclW function", "GetAce function",
// "GetNamedSecurityInfoW function", "MakeSelfRelativeSD function".
// flags: -ladvapi32
#include "check.h"

#include <aclapi.h>
#include <sddl.h>

static void sids(void) {
    PSID sid = NULL;
    char* text = NULL;
    CHECK(ConvertStringSidToSidA("S-1-5-32-544", &sid));
    CHECK_EQ(GetLengthSid(sid), 16);
    CHECK_EQ(*GetSidSubAuthority(sid, 1), 544);
    CHECK_EQ(GetSidIdentifierAuthority(sid)->Value[5], 5);
    CHECK(ConvertSidToStringSidA(sid, &text));
    CHECK_STR(text, "S-1-5-32-544");
    LocalFree(text);
    LocalFree(sid);
    CHECK(ConvertStringSidToSidA("WD", &sid) && ConvertSidToStringSidA(sid, &text));
    CHECK_STR(text, "S-1-1-0");
    LocalFree(text);
    LocalFree(sid);
    CHECK_LASTERROR(ConvertStringSidToSidA("S-1-", &sid), ERROR_INVALID_SID);
    CHECK_LASTERROR(ConvertStringSidToSidA("hello", &sid), ERROR_INVALID_SID);
}

static void descriptors(void) {
    static const char kText[] = "O:BAG:SYD:PAI(D;;FW;;;WD)(A;OICI;FA;;;BA)(A;;0x1200a9;;;BU)";
    PSECURITY_DESCRIPTOR descriptor = NULL;
    SECURITY_DESCRIPTOR absolute;
    char* text = NULL;
    ULONG size = 0;
    DWORD room = 0, revision = 0;
    BOOL present = FALSE, defaulted = TRUE;
    ACL* dacl = NULL;
    PSID owner = NULL;
    SECURITY_DESCRIPTOR_CONTROL control = 0;
    ACCESS_ALLOWED_ACE* entry = NULL;
    CHECK(ConvertStringSecurityDescriptorToSecurityDescriptorA(kText, SDDL_REVISION_1, &descriptor, &size));
    CHECK_EQ(size, GetSecurityDescriptorLength(descriptor));
    CHECK(IsValidSecurityDescriptor(descriptor));
    CHECK(GetSecurityDescriptorControl(descriptor, &control, &revision));
    CHECK_EQ(control, SE_DACL_PRESENT | SE_DACL_PROTECTED | SE_DACL_AUTO_INHERITED | SE_SELF_RELATIVE);
    CHECK(GetSecurityDescriptorDacl(descriptor, &present, &dacl, &defaulted) && present && !defaulted);
    CHECK_EQ(dacl->AceCount, 3);
    CHECK(GetAce(dacl, 0, (void**)&entry) && entry->Header.AceType == ACCESS_DENIED_ACE_TYPE);
    CHECK_EQ(entry->Mask, FILE_GENERIC_WRITE);
    CHECK(GetAce(dacl, 1, (void**)&entry) && entry->Header.AceFlags == (OBJECT_INHERIT_ACE | CONTAINER_INHERIT_ACE));
    CHECK(!GetAce(dacl, 3, (void**)&entry));
    CHECK(ConvertSecurityDescriptorToStringSecurityDescriptorA(descriptor, 1, 7, &text, &size));
    CHECK_STR(text, kText);
    LocalFree(text);
    CHECK(GetSecurityDescriptorOwner(descriptor, &owner, &defaulted) && IsValidSid(owner));
    CHECK(InitializeSecurityDescriptor(&absolute, 1));
    CHECK(SetSecurityDescriptorOwner(&absolute, owner, FALSE));
    CHECK(SetSecurityDescriptorDacl(&absolute, TRUE, dacl, FALSE));
    CHECK_LASTERROR(MakeSelfRelativeSD(&absolute, NULL, &room), ERROR_INSUFFICIENT_BUFFER);
    PSECURITY_DESCRIPTOR relative = LocalAlloc(0, room);
    CHECK(MakeSelfRelativeSD(&absolute, relative, &room));
    CHECK(ConvertSecurityDescriptorToStringSecurityDescriptorA(relative, 1, 7, &text, NULL));
    CHECK_STR(text, "O:BAD:(D;;FW;;;WD)(A;OICI;FA;;;BA)(A;;0x1200a9;;;BU)");
    LocalFree(text);
    LocalFree(relative);
    LocalFree(descriptor);
    CHECK_LASTERROR(ConvertStringSecurityDescriptorToSecurityDescriptorA("D:(X;;FA;;;BA)", 1, &descriptor, NULL),
                    ERROR_INVALID_ACL);
}

static void lists(void) {
    union {
        ACL acl;
        char bytes[80];
    } room;
    SID everyone = {1, 1, {{0, 0, 0, 0, 0, 1}}, {0}};
    ACL_SIZE_INFORMATION size;
    EXPLICIT_ACCESSA wanted[2];
    ACL* made = NULL;
    ACCESS_ALLOWED_ACE* entry = NULL;
    CHECK(InitializeAcl(&room.acl, sizeof room, ACL_REVISION));
    CHECK(AddAccessAllowedAce(&room.acl, ACL_REVISION, GENERIC_READ, &everyone));
    CHECK(AddAccessDeniedAceEx(&room.acl, ACL_REVISION, OBJECT_INHERIT_ACE, GENERIC_WRITE, &everyone));
    CHECK(GetAclInformation(&room.acl, &size, sizeof size, AclSizeInformation));
    CHECK_EQ(size.AceCount, 2);
    CHECK_EQ(size.AclBytesInUse, 8 + 2 * 20);
    CHECK_EQ(size.AclBytesFree, sizeof room - size.AclBytesInUse);
    CHECK(AddAccessAllowedAce(&room.acl, ACL_REVISION, GENERIC_ALL, &everyone));
    CHECK_LASTERROR(AddAccessAllowedAce(&room.acl, ACL_REVISION, GENERIC_ALL, &everyone), ERROR_ALLOTTED_SPACE_EXCEEDED);
    CHECK(DeleteAce(&room.acl, 1) && room.acl.AceCount == 2);
    CHECK(GetAce(&room.acl, 1, (void**)&entry) && entry->Mask == GENERIC_ALL);
    memset(wanted, 0, sizeof wanted);
    wanted[0].grfAccessPermissions = FILE_GENERIC_READ;
    wanted[0].grfAccessMode = GRANT_ACCESS;
    wanted[0].Trustee.TrusteeForm = TRUSTEE_IS_SID;
    wanted[0].Trustee.ptstrName = (char*)&everyone;
    wanted[1].grfAccessPermissions = FILE_WRITE_DATA;
    wanted[1].grfAccessMode = DENY_ACCESS;
    wanted[1].Trustee.TrusteeForm = TRUSTEE_IS_NAME;
    wanted[1].Trustee.ptstrName = "CURRENT_USER";
    CHECK_EQ(SetEntriesInAclA(2, wanted, NULL, &made), ERROR_SUCCESS);
    CHECK_EQ(made->AceCount, 2);
    CHECK(GetAce(made, 0, (void**)&entry) && entry->Header.AceType == ACCESS_DENIED_ACE_TYPE);
    wanted[0].grfAccessMode = REVOKE_ACCESS;
    ACL* rest = NULL;
    CHECK_EQ(SetEntriesInAclA(1, wanted, made, &rest), ERROR_SUCCESS);
    CHECK_EQ(rest->AceCount, 1);
    LocalFree(made);
    LocalFree(rest);
    wanted[1].Trustee.ptstrName = "nobody by this name";
    CHECK_EQ(SetEntriesInAclA(2, wanted, NULL, &made), ERROR_NONE_MAPPED);
}

static void file_security(void) {
    PSID owner = NULL;
    ACL* dacl = NULL;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    HANDLE file = CreateFileA("secured.txt", GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CHECK_EQ(GetSecurityInfo(file, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, &owner, NULL,
                             &dacl, NULL, &descriptor), ERROR_SUCCESS);
    CHECK(IsValidSid(owner) && IsValidAcl(dacl) && dacl->AceCount > 0);
    CHECK_EQ(SetSecurityInfo(file, SE_FILE_OBJECT, DACL_SECURITY_INFORMATION, NULL, NULL, dacl, NULL), ERROR_SUCCESS);
    LocalFree(descriptor);
    CloseHandle(file);
    CHECK_EQ(GetNamedSecurityInfoA("secured.txt", SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL,
                                   &descriptor), ERROR_SUCCESS);
    CHECK(IsValidSid(owner));
    LocalFree(descriptor);
    CHECK(DeleteFileA("secured.txt"));
    CHECK_EQ(GetNamedSecurityInfoA("secured.txt", SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL,
                                   &descriptor), ERROR_FILE_NOT_FOUND);
}

int main(void) {
    sids();
    descriptors();
    lists();
    file_security();
    return check_result();
}
