"""What plants filed: frozen, hashed. (计量与填报)"""
