// Delay-loaded by delay_load.c.
static int calls;
int delayed_add(int a, int b) {
    ++calls;
    return a + b;
}
int delayed_count(void) { return calls; }
