// One of the two DLLs of two_at_one_base.c: a table of pointers, each of which is a relocation.
static const char* const texts[] = {"two: first", "two: second"};
__declspec(dllexport) const char* base_two_text(int index) { return texts[index]; }
