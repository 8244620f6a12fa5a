// Structures and constants of national language support (winnls.h, stringapiset.h).
#pragma once

#include "abi/types.h"

struct CPINFO {
    UINT MaxCharSize;
    BYTE DefaultChar[2];
    BYTE LeadByte[12];
};
using LPCPINFO = CPINFO*;

struct CPINFOEXA {
    UINT MaxCharSize;
    BYTE DefaultChar[2];
    BYTE LeadByte[12];
    WCHAR UnicodeDefaultChar;
    UINT CodePage;
    CHAR CodePageName[260];
};
using LPCPINFOEXA = CPINFOEXA*;

struct CPINFOEXW {
    UINT MaxCharSize;
    BYTE DefaultChar[2];
    BYTE LeadByte[12];
    WCHAR UnicodeDefaultChar;
    UINT CodePage;
    WCHAR CodePageName[260];
};
using LPCPINFOEXW = CPINFOEXW*;
static_assert(sizeof(CPINFO) == 20 && sizeof(CPINFOEXW) == 544);

struct NUMBERFMTW {
    UINT NumDigits, LeadingZero, Grouping;
    LPWSTR lpDecimalSep, lpThousandSep;
    UINT NegativeOrder;
};

struct CURRENCYFMTW {
    UINT NumDigits, LeadingZero, Grouping;
    LPWSTR lpDecimalSep, lpThousandSep;
    UINT NegativeOrder, PositiveOrder;
    LPWSTR lpCurrencySymbol;
};

struct NLSVERSIONINFO {
    DWORD dwNLSVersionInfoSize, dwNLSVersion, dwDefinedVersion, dwEffectiveId;
    GUID guidCustomVersion;
};
using LPNLSVERSIONINFO = NLSVERSIONINFO*;
using LPNLSVERSIONINFOEX = NLSVERSIONINFO*;
using NLS_FUNCTION = DWORD;

using GEOID = LONG;
using GEOTYPE = DWORD;
using GEOCLASS = DWORD;

using LOCALE_ENUMPROCW = BOOL(WINAPI*)(LPWSTR);
using LOCALE_ENUMPROCA = BOOL(WINAPI*)(LPSTR);
using LOCALE_ENUMPROCEX = BOOL(WINAPI*)(LPWSTR, DWORD, LPARAM);
using CODEPAGE_ENUMPROCW = BOOL(WINAPI*)(LPWSTR);
using CODEPAGE_ENUMPROCA = BOOL(WINAPI*)(LPSTR);

inline constexpr int CSTR_LESS_THAN = 1;
inline constexpr int CSTR_EQUAL = 2;
inline constexpr int CSTR_GREATER_THAN = 3;
inline constexpr LCID kEnUs = 0x0409;

using PZZWSTR = WCHAR*;
using PCZZWSTR = const WCHAR*;
using PCNZWCH = const WCHAR*;
using PCNZCH = const CHAR*;
