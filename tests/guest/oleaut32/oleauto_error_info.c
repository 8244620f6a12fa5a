// One error object for each thread, taken once. "SetErrorInfo function (oleauto.h)", "GetErrorInfo function (oleauto.h)".
// flags: -loleaut32
#define COBJMACROS
#include "check.h"

#include <oleauto.h>

static LONG references = 1;
static ULONG WINAPI add(IUnknown* self) {
    (void)self;
    return (ULONG)++references;
}
static ULONG WINAPI release(IUnknown* self) {
    (void)self;
    return (ULONG)--references;
}
static IUnknownVtbl table = {NULL, add, release};
static IUnknown object = {&table};

int main(void) {
    IErrorInfo *info = (IErrorInfo*)&object, *got = NULL;
    CHECK_EQ(GetErrorInfo(0, &got), S_FALSE);
    CHECK(got == NULL);
    CHECK_EQ(SetErrorInfo(0, info), S_OK);
    CHECK_EQ(references, 2);
    CHECK_EQ(SetErrorInfo(0, info), S_OK);
    CHECK_EQ(references, 2);
    CHECK_EQ(GetErrorInfo(0, &got), S_OK);
    CHECK(got == info);
    CHECK_EQ(references, 2);
    CHECK_EQ(GetErrorInfo(0, &got), S_FALSE);
    CHECK_EQ(SetErrorInfo(0, info), S_OK);
    CHECK_EQ(SetErrorInfo(0, NULL), S_OK);
    CHECK_EQ(references, 2);
    CHECK_EQ(SetErrorInfo(1, NULL), E_INVALIDARG);
    return check_result();
}
