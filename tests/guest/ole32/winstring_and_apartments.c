// Strings of the Windows Runtime and what a thread is told of its apartment. Doc: "WindowsCreateString function (winstring.h)",
// "WindowsCreateStringReference function", "CoGetApartmentType function (combaseapi.h)", "CoWaitForMultipleHandles function".
// flags: -lole32 -luuid
#define COBJMACROS
#include <windows.h>
#include <objbase.h>
#include "check.h"

#define GET(name) name##_t name = (name##_t)(void*)GetProcAddress(library, #name); CHECK(name != NULL)
typedef void* String;
typedef HRESULT(WINAPI* WindowsCreateString_t)(const wchar_t*, UINT32, String*);
typedef HRESULT(WINAPI* WindowsCreateStringReference_t)(const wchar_t*, UINT32, void*, String*);
typedef HRESULT(WINAPI* WindowsDeleteString_t)(String);
typedef HRESULT(WINAPI* WindowsDuplicateString_t)(String, String*);
typedef UINT32(WINAPI* WindowsGetStringLen_t)(String);
typedef const wchar_t*(WINAPI* WindowsGetStringRawBuffer_t)(String, UINT32*);
typedef BOOL(WINAPI* WindowsIsStringEmpty_t)(String);
typedef HRESULT(WINAPI* WindowsStringHasEmbeddedNull_t)(String, BOOL*);
typedef HRESULT(WINAPI* WindowsCompareStringOrdinal_t)(String, String, INT32*);
typedef HRESULT(WINAPI* RoInitialize_t)(int);
typedef void(WINAPI* RoUninitialize_t)(void);
typedef HRESULT(WINAPI* RoGetActivationFactory_t)(String, const GUID*, void**);
typedef HRESULT(WINAPI* RoActivateInstance_t)(String, void**);
typedef BOOL(WINAPI* RoOriginateError_t)(HRESULT, String);
typedef BOOL(WINAPI* RoOriginateErrorW_t)(HRESULT, UINT, const wchar_t*);
typedef HRESULT(WINAPI* GetRestrictedErrorInfo_t)(void**);
typedef HRESULT(WINAPI* SetRestrictedErrorInfo_t)(void*);

static void strings(HMODULE library) {
    GET(WindowsCreateString);
    GET(WindowsCreateStringReference);
    GET(WindowsDeleteString);
    GET(WindowsDuplicateString);
    GET(WindowsGetStringLen);
    GET(WindowsGetStringRawBuffer);
    GET(WindowsIsStringEmpty);
    GET(WindowsStringHasEmbeddedNull);
    GET(WindowsCompareStringOrdinal);
    String one, two, lent;
    BYTE header[24];
    UINT32 length = 9;
    BOOL has = 2;
    INT32 order = 9;
    CHECK_EQ(WindowsCreateString(L"text", 4, &one), S_OK);
    CHECK_EQ(WindowsGetStringLen(one), 4);
    CHECK_WSTR(WindowsGetStringRawBuffer(one, &length), L"text");
    CHECK_EQ(length, 4);
    CHECK_EQ(WindowsDuplicateString(one, &two), S_OK);
    CHECK_EQ(WindowsDeleteString(one), S_OK);
    CHECK_WSTR(WindowsGetStringRawBuffer(two, NULL), L"text");
    CHECK_EQ(WindowsCreateStringReference(L"texts", 4, header, &lent), (HRESULT)0x80000017);  // no zero at its end
    CHECK_EQ(WindowsCreateStringReference(L"texts", 5, header, &lent), S_OK);
    CHECK_EQ(WindowsCompareStringOrdinal(two, lent, &order), S_OK);
    CHECK_EQ(order, -1);
    CHECK_EQ(WindowsStringHasEmbeddedNull(two, &has), S_OK);
    CHECK_EQ(has, FALSE);
    CHECK(!WindowsIsStringEmpty(two));
    CHECK_EQ(WindowsDeleteString(two), S_OK);
    CHECK_EQ(WindowsCreateString(L"", 0, &one), S_OK);
    CHECK(one == NULL && WindowsIsStringEmpty(one));
    CHECK_WSTR(WindowsGetStringRawBuffer(NULL, &length), L"");
}

static void runtime(HMODULE library) {
    GET(RoInitialize);
    GET(RoUninitialize);
    GET(RoGetActivationFactory);
    GET(RoActivateInstance);
    GET(RoOriginateError);
    GET(RoOriginateErrorW);
    GET(GetRestrictedErrorInfo);
    GET(SetRestrictedErrorInfo);
    void* got = &got;
    CHECK_EQ(RoInitialize(1), S_OK);
    CHECK_EQ(RoGetActivationFactory(NULL, &IID_IUnknown, &got), REGDB_E_CLASSNOTREG);
    CHECK_EQ(RoActivateInstance(NULL, &got), REGDB_E_CLASSNOTREG);
    CHECK(got == NULL);
    CHECK(RoOriginateError(E_FAIL, NULL) && !RoOriginateErrorW(S_OK, 0, NULL));
    CHECK_EQ(GetRestrictedErrorInfo(&got), S_FALSE);
    CHECK_EQ(SetRestrictedErrorInfo(NULL), S_OK);
    RoUninitialize();
}

static void apartments(void) {
    APTTYPE type;
    APTTYPEQUALIFIER qualifier;
    ULONG_PTR token = 0, again = 0;
    DWORD index = 9;
    CLSID class_id;
    HANDLE events[2] = {CreateEventW(NULL, TRUE, FALSE, NULL), CreateEventW(NULL, TRUE, TRUE, NULL)};
    CHECK_EQ(CoGetApartmentType(&type, &qualifier), CO_E_NOTINITIALIZED);
    CHECK_EQ(CoGetContextToken(&token), CO_E_NOTINITIALIZED);
    CHECK_EQ(CoInitializeEx(NULL, COINIT_MULTITHREADED), S_OK);
    CHECK_EQ(CoGetApartmentType(&type, &qualifier), S_OK);
    CHECK_EQ(type, APTTYPE_MTA);
    CHECK_EQ(CoGetContextToken(&token), S_OK);
    CHECK_EQ(CoGetContextToken(&again), S_OK);
    CHECK(token && token == again);
    // The token is the context object, which managed runtimes ask for interfaces.
    IUnknown *context = (IUnknown*)token, *unknown = NULL, *other = NULL;
    CHECK_EQ(IUnknown_QueryInterface(context, &IID_IUnknown, (void**)&unknown), S_OK);
    CHECK_EQ(CoGetObjectContext(&IID_IUnknown, (void**)&other), S_OK);
    CHECK(unknown == other);
    CHECK_EQ(IUnknown_QueryInterface(context, &IID_IDispatch, (void**)&unknown), E_NOINTERFACE);
    IUnknown_Release(other);
    CHECK_EQ(CoWaitForMultipleHandles(0, 0, 2, events, &index), S_OK);
    CHECK_EQ(index, 1);
    CHECK_EQ(CoWaitForMultipleHandles(0, 0, 1, events, &index), RPC_S_CALLPENDING);
    CHECK_EQ(CLSIDFromProgID(L"No.Such.Class", &class_id), CO_E_CLASSSTRING);
    CoUninitialize();
}

int main(void) {
    HMODULE library = LoadLibraryW(L"combase.dll");
    strings(library);
    apartments();
    runtime(library);
    return check_result();
}
