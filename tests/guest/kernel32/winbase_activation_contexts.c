// Activation contexts nest by their cookies. "CreateActCtxW function (winbase.h)", "ActivateActCtx function (winbase.h)".
#include "check.h"

int main(void) {
    WCHAR self[MAX_PATH];
    GetModuleFileNameW(NULL, self, MAX_PATH);
    ACTCTXW wanted = {sizeof wanted};
    wanted.lpSource = self;
    HANDLE context = CreateActCtxW(&wanted), current = (HANDLE)1;
    CHECK(context != INVALID_HANDLE_VALUE);
    CHECK(GetCurrentActCtx(&current));
    CHECK(current == NULL);
    ULONG_PTR cookie = 0, inner = 0;
    CHECK(ActivateActCtx(context, &cookie));
    CHECK(GetCurrentActCtx(&current));
    CHECK(current == context);
    ReleaseActCtx(current);
    CHECK(ActivateActCtx(NULL, &inner));
    CHECK(GetCurrentActCtx(&current) && current == NULL);
    CHECK(DeactivateActCtx(0, inner));
    CHECK(GetCurrentActCtx(&current) && current == context);
    ReleaseActCtx(current);
    CHECK(DeactivateActCtx(0, cookie));
    CHECK(GetCurrentActCtx(&current) && current == NULL);
    ACTIVATION_CONTEXT_BASIC_INFORMATION basic;
    SIZE_T size = 0;
    CHECK(QueryActCtxW(0, context, NULL, ActivationContextBasicInformation, &basic, sizeof basic, &size));
    CHECK(basic.hActCtx == context);
    CHECK(ZombifyActCtx(context));
    AddRefActCtx(context);
    ReleaseActCtx(context);
    ReleaseActCtx(context);
    wanted.lpSource = L"C:\\no such file.manifest";
    CHECK(CreateActCtxW(&wanted) == INVALID_HANDLE_VALUE);
    CHECK_EQ(GetLastError(), ERROR_FILE_NOT_FOUND);
    ACTCTX_SECTION_KEYED_DATA data = {sizeof data};
    CHECK(!FindActCtxSectionStringW(0, NULL, 2, L"some.dll", &data));
    return check_result();
}
