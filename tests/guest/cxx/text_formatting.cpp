// Formatted text: streams, wide streams, regular expressions, locale names, number conversions.
// link: static
#include <clocale>
#include <iomanip>
#include <locale>
#include <regex>
#include <sstream>

#include "check.h"

int main() {
    std::ostringstream out;
    out << std::setw(8) << std::setfill('*') << 42 << '|' << std::fixed << std::setprecision(3) << 3.14159
        << '|' << std::scientific << 12345.678 << '|' << std::hex << std::showbase << 255 << '|'
        << std::boolalpha << true;
    CHECK_STR(out.str().c_str(), "******42|3.142|1.235e+04|0xff|true");

    std::wostringstream wide;
    wide << L"w\u00e4rme " << 1.5;
    CHECK_WSTR(wide.str().c_str(), L"w\u00e4rme 1.5");

    std::istringstream in("12 0x1f 3.5e2 text");
    int decimal = 0;
    std::string hex, text;
    double real = 0;
    in >> decimal >> hex >> real >> text;
    CHECK_EQ(decimal, 12);
    CHECK_EQ(std::stoul(hex, nullptr, 16), 31);
    CHECK_EQ(real, 350);
    CHECK_STR(text.c_str(), "text");

    std::smatch match;
    std::string line = "2024-02-29T12:30:01Z";
    CHECK(std::regex_match(line, match, std::regex(R"((\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)Z)")));
    CHECK_EQ(match.size(), 7);
    CHECK_STR(match[2].str().c_str(), "02");
    CHECK_STR(std::regex_replace(std::string("a1b22c"), std::regex("[0-9]+"), "#").c_str(), "a#b#c");

    CHECK_STR(setlocale(LC_ALL, nullptr), "C");
    CHECK_STR(std::locale().name().c_str(), "C");
    CHECK_STR(std::to_string(0.1f).c_str(), "0.100000");
    CHECK_EQ((int)(std::stold("1.25") * 100), 125);  // long double is 80 bits wide in this ABI
    char buffer[64];
    snprintf(buffer, sizeof buffer, "%.10Lf|%zu|%lld", 1.5L, sizeof(long), 1LL << 40);
    CHECK_STR(buffer, "1.5000000000|4|1099511627776");
    return check_result();
}
