// The small programs that scripts call, one function each: their exit codes are those of Windows'
// own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lsw::tools {

uint32_t attrib();
uint32_t chcp();
uint32_t choice();
uint32_t fc();
uint32_t find();
uint32_t findstr();
uint32_t hostname();
uint32_t more();
uint32_t mountvol();
uint32_t reg();
uint32_t robocopy();
uint32_t setx();
uint32_t sort();
uint32_t taskkill();
uint32_t tasklist();
uint32_t timeout();
uint32_t tree();
uint32_t where();
uint32_t whoami();
uint32_t xcopy();

// The words of the command line behind the program's name, by the C runtime's rules.
std::vector<std::u16string> arguments();
// The text behind the program's name, as it is.
std::u16string argument_text();

// "/q" or "-q", any case.
bool is_switch(std::u16string_view word, std::u16string_view name);
// The value of "/d:x" (or "/d=x"); false for another word.
bool switch_value(std::u16string_view word, std::u16string_view name, std::u16string& value);

// Lines of bytes, with their ends cut off.
std::vector<std::string_view> lines_of(std::string_view bytes);
// A file's bytes; false with the last error set.
bool read_file(const std::u16string& path, std::string& bytes);

}  // namespace lsw::tools
