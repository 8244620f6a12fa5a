// Far DLL of private_dll.c: only forwarders lead here.
int far_twice(int a) { return a * 2; }
int far_hidden(int a) { return a + 77; }
