// Near DLL of private_dll.c; its exports are in private_near.def.
int near_data = 42;
int near_add(int a, int b) { return a + b; }
int near_by_ordinal(int a) { return a + 100; }
