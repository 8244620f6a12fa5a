// One of the two DLLs of two_at_one_base.c: a table of pointers, each of which is a relocation.
static const char* const texts[] = {"one: first", "one: second"};
__declspec(dllexport) const char* base_one_text(int index) { return texts[index]; }
