#version 430 core
// Depth only.
void main() {
}
