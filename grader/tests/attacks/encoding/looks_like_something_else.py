"""Has names and texts that look like others, and characters that turn the direction of what follows.

says: The file raises RuntimeError
flags: code, unseen
"""

ｅｘｅｃ = eval("e" "x" "e" "c")
pаss = "‮} ⁦if is_student⁩ ⁦"  # Cyrillic
𝐞𝐱𝐢𝐭 = "​­⁠"
raise RuntimeError(pаss + 𝐞𝐱𝐢𝐭 + " ::error:: points: 10")
